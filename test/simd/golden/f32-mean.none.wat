(module
  (type (;0;) (func (param i32 i32 i32)))
  (import "onward" "memory" (memory (;0;) 0))
  (func (;0;) (type 0) (param i32 i32 i32)
    (local f32 f32 f32 f32 f32 i32 i32 i32)
    (f32.const 0x0p+0 (;=0;))
    (f32.const 0x0p+0 (;=0;))
    (f32.const 0x0p+0 (;=0;))
    (local.set 6
      (f32.const 0x0p+0 (;=0;)))
    (local.set 5)
    (local.set 4)
    (local.set 3)
    (local.set 7
      (f32.const 0x0p+0 (;=0;)))
    (local.set 8
      (i32.const 0))
    (local.set 9
      (local.get 2))
    (local.set 10
      (i32.and
        (local.get 9)
        (i32.const -4)))
    (if  ;; label = @1
      (i32.lt_s
        (local.get 8)
        (local.get 10))
      (then
        (loop  ;; label = @2
          (f32.add
            (local.get 3)
            (f32.load align=1
              (i32.add
                (local.get 1)
                (i32.shl
                  (local.get 8)
                  (i32.const 2)))))
          (f32.add
            (local.get 4)
            (f32.load offset=4 align=1
              (i32.add
                (local.get 1)
                (i32.shl
                  (local.get 8)
                  (i32.const 2)))))
          (f32.add
            (local.get 5)
            (f32.load offset=8 align=1
              (i32.add
                (local.get 1)
                (i32.shl
                  (local.get 8)
                  (i32.const 2)))))
          (local.set 6
            (f32.add
              (local.get 6)
              (f32.load offset=12 align=1
                (i32.add
                  (local.get 1)
                  (i32.shl
                    (local.get 8)
                    (i32.const 2))))))
          (local.set 5)
          (local.set 4)
          (local.set 3)
          (local.set 8
            (i32.add
              (local.get 8)
              (i32.const 4)))
          (br_if 0 (;@2;)
            (i32.lt_s
              (local.get 8)
              (local.get 10))))))
    (local.set 7
      (f32.add
        (f32.add
          (local.get 3)
          (local.get 5))
        (f32.add
          (local.get 4)
          (local.get 6))))
    (if  ;; label = @1
      (i32.lt_s
        (local.get 8)
        (local.get 9))
      (then
        (loop  ;; label = @2
          (local.set 7
            (f32.add
              (local.get 7)
              (f32.load align=1
                (i32.add
                  (local.get 1)
                  (i32.shl
                    (local.get 8)
                    (i32.const 2))))))
          (local.set 8
            (i32.add
              (local.get 8)
              (i32.const 1)))
          (br_if 0 (;@2;)
            (i32.lt_s
              (local.get 8)
              (local.get 9))))))
    (f32.store align=1
      (local.get 0)
      (f32.div
        (local.get 7)
        (f32.convert_i32_s
          (local.get 2)))))
  (export "f32_mean" (func 0)))
